"""Compares Earshot's speech recognition with other programs': the same audio,
the same base weights, alternating runs. deploy/bench/asr.sh prepares it.

asr.py AUDIO ROUNDS, with EARSHOT, WHISPER_CLI, GGML, CT2 in the environment.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
CORES = os.cpu_count()


def run(command, out=subprocess.DEVNULL):
    """Runs a command; returns wall seconds, processor seconds, peak bytes."""
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=out, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command[:3])} ... failed:\n{errors.decode()[-2000:]}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


class Set:
    """Recordings with references. Other programs get a file a channel."""

    def __init__(self, folder, refs):
        self.folder, self.refs = folder, os.path.join(folder, refs)
        self.rows = [line.rstrip("\n").split("\t") for line in open(self.refs, encoding="utf-8")]

    def file(self, path):
        return os.path.join(self.folder, path.replace(".wav#", "-") + ".16k.wav" if "#" in path else path)

    def languages(self):
        for language in sorted({row[1] for row in self.rows}):
            yield language, [row[0] for row in self.rows if row[1] == language]

    def report(self, *options):
        command = [os.environ["EARSHOT"], "eval", "asr", "--refs", self.refs, "--root", self.folder, "--json", *options]
        with tempfile.TemporaryFile() as out:
            cost = run(command, out)
            out.seek(0)
            return json.load(out), cost

    def score(self, texts):
        with tempfile.NamedTemporaryFile("w", suffix=".tsv", encoding="utf-8") as f:
            f.writelines(f"{path}\t{' '.join(text.split())}\n" for path, text in texts.items())
            f.flush()
            return self.report("--heard", f.name)[0]


def earshot(audio):
    report, (wall, cpu, _) = audio.report()
    return report, wall, cpu, report["peak_memory_bytes"]


def whisper_cli(audio):
    wall, cpu, peak, texts = 0, 0, 0, {}
    for language, paths in audio.languages():
        files = [audio.file(p) for p in paths]
        command = [os.environ["WHISPER_CLI"], "-m", os.environ["GGML"], "-l", language, "-t", str(CORES), "-bs", "5", "-bo", "5", "-np", "-otxt"]
        w, c, p = run(command + files)
        wall, cpu, peak = wall + w, cpu + c, max(peak, p)
        texts.update((path, open(file + ".txt", encoding="utf-8").read()) for path, file in zip(paths, files))
    return audio.score(texts), wall, cpu, peak


def faster_whisper(beam):
    def measure(audio):
        wall, cpu, peak, texts = 0, 0, 0, {}
        for language, paths in audio.languages():
            files = [audio.file(p) for p in paths]
            command = [sys.executable, os.path.join(HERE, "faster_whisper_cli.py"), os.environ["CT2"], language, str(beam), str(CORES)]
            with tempfile.TemporaryFile() as out:
                w, c, p = run(command + files, out)
                out.seek(0)
                lines = out.read().decode().splitlines()
            wall, cpu, peak = wall + w, cpu + c, max(peak, p)
            heard = dict(line.partition("\t")[::2] for line in lines)
            texts.update((path, heard.get(file, "")) for path, file in zip(paths, files))
        return audio.score(texts), wall, cpu, peak

    return measure


def encoder(build, model):
    """Processor milliseconds that the encoder takes for a full window."""
    out = subprocess.run([f"{os.environ['ENCODERS']}-{build}", model, "4"], check=True, capture_output=True, text=True)
    return float(out.stdout)


def fitted(model):
    """The weights as `earshot models fit` found them fastest here."""
    try:
        with open(model + ".fit.json", encoding="utf-8") as f:
            coding = json.load(f)["best"]
    except FileNotFoundError:
        return model
    path = model.removesuffix("bin") + coding + ".bin"
    return path if os.path.exists(path) else model


def compare_encoders(rounds):
    model = os.environ["GGML"]
    both = [(encoder("stock", model), encoder("ours", fitted(model))) for _ in range(rounds)]
    stock, ours = (statistics.median(b[i] for b in both) for i in range(2))
    print(f"encoder, one thread, a full window: ours {ours:.0f} ms of processor time, the stock build {stock:.0f} ms: {stock / ours:.2f}x")


PROGRAMS = {
    "earshot": earshot,
    "faster-whisper int8, batch 8, VAD, beam 5": faster_whisper(5),
    "faster-whisper int8, batch 8, VAD, greedy": faster_whisper(1),
    "whisper-cli, stock build, beam 5": whisper_cli,
}


def main(folder, rounds):
    calls, noise = Set(folder, "calls.tsv"), Set(folder, "noise.tsv")
    results = {name: [] for name in PROGRAMS}
    for n in range(rounds):
        order = list(PROGRAMS) if n % 2 == 0 else list(PROGRAMS)[::-1]
        for name in order:
            results[name].append(PROGRAMS[name](calls))
            print(f"round {n + 1}: {name}: {results[name][-1][1]:.1f} s", flush=True)
    ours = results["earshot"][-1][0]
    seconds = ours["audio_seconds"]
    print(f"\n{seconds:.0f} s of stereo calls, {ours['speech_seconds']:.0f} s of speech on their channels, {CORES} cores; medians of {rounds} rounds\n")
    print("| program | errors | wall s | call-hours an hour | processor s | memory MB |")
    print("| --- | --- | --- | --- | --- | --- |")
    median = lambda name, i: statistics.median(r[i] for r in results[name])
    for name, runs in results.items():
        errors = ", ".join(f"{g['language']} {100 * g['error_rate']:.2f} %" for g in runs[-1][0]["groups"])
        print(f"| {name} | {errors} | {median(name, 1):.1f} | {seconds / median(name, 1):.1f} | {median(name, 2):.1f} | {median(name, 3) / 2**20:.0f} |")
    for name in list(PROGRAMS)[1:]:
        print(f"\nagainst {name}: {median(name, 1) / median('earshot', 1):.2f}x the speed, {median('earshot', 2) / median(name, 2):.2f}x the processor time")
    windows = ours["speech_seconds"] / 28
    print(f"\nencoded windows / (speech seconds / 28): {ours['encoded'] / windows:.2f}, by the width that was computed {ours['encoded_width'] / windows:.2f}; {ours['redone']} windows heard again, {ours['untold']} with more than 2.5 s of speech without text")
    compare_encoders(rounds)
    minutes = earshot(noise)[0]
    print(f"\nwords invented in {minutes['audio_seconds'] / 60:.0f} minutes in which nobody speaks:\n- earshot: {minutes['invented']}", flush=True)
    for name in list(PROGRAMS)[1:]:
        print(f"- {name}: {PROGRAMS[name](noise)[0]['invented']}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
