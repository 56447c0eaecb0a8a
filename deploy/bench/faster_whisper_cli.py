"""Runs faster-whisper as its documentation tells those who want speed: int8
weights, voice detection, batches of eight. Prints a line a file: path and text.

faster_whisper_cli.py MODEL LANGUAGE BEAM THREADS FILE...
"""
import sys

from faster_whisper import BatchedInferencePipeline, WhisperModel

model, language, beam, threads, *files = sys.argv[1:]
pipeline = BatchedInferencePipeline(WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=int(threads)))
for file in files:
    segments, _ = pipeline.transcribe(file, language=language, batch_size=8, beam_size=int(beam), vad_filter=True)
    print(file + "\t" + " ".join(s.text.strip() for s in segments), flush=True)
