"""Makes the audio that bench-asr measures on.

calls.py calls REFS ROOT OUT: telephone calls out of clips with references.
  REFS has lines of path, language and reference, separated by tabs, as
  `earshot eval asr` reads them. The clips of a language are dealt out to the
  two parties of calls of about ten minutes, stereo, 8 kHz mu-law, so that each
  channel is silent half of the time. Writes OUT/NAME.wav, what is said on each
  channel to OUT/calls.tsv, and the channels as 16 kHz files for programs that
  do not split channels themselves.
calls.py noise OUT MINUTES [FILE...]: what nobody speaks in: silence, noises,
  hum, keys, ring and busy tones, chords, and the files given. OUT/noise.tsv
  lists it.
calls.py demo FOLDER OUT: the calls that `earshot demo` has spoken into FOLDER,
  with what their scripts say.
"""
import glob
import json
import os
import random
import shutil
import sys
import wave

import numpy as np
from faster_whisper.audio import decode_audio

RATE = 8000
CALL = 600  # seconds, about


def mulaw(x):
    """ITU-T G.711, mu-law: one byte a sample."""
    v = np.clip(np.round(x * 32768), -32635, 32635).astype(np.int32)
    sign = np.where(v < 0, 0x80, 0)
    v = np.abs(v) + 132
    exponent = np.floor(np.log2(v)).astype(np.int32) - 7
    return (~(sign | exponent << 4 | v >> (exponent + 3) & 15) & 0xFF).astype(np.uint8)


def write_mulaw(path, channels):
    data = mulaw(np.stack(channels, axis=1)).tobytes()
    n = len(channels)
    word = lambda v, size: int(v).to_bytes(size, "little")
    head = b"WAVEfmt " + word(18, 4) + word(7, 2) + word(n, 2) + word(RATE, 4) + word(RATE * n, 4) + word(n, 2) + word(8, 2) + word(0, 2)
    body = head + b"data" + word(len(data), 4) + data + b"\0" * (len(data) % 2)
    with open(path, "wb") as f:
        f.write(b"RIFF" + word(len(body), 4) + body)


def write_wide(path, source, channel):
    """What a decoder hears on one channel of source, as 16-bit PCM at 16 kHz."""
    x = decode_audio(source, sampling_rate=16000, split_stereo=True)[channel]
    with wave.open(path, "wb") as f:
        f.setnchannels(1)
        f.setsampwidth(2)
        f.setframerate(16000)
        f.writeframes((np.clip(x, -1, 1) * 32767).astype("<i2").tobytes())


def read_refs(refs, root):
    for line in open(refs, encoding="utf-8"):
        path, language, text = line.rstrip("\n").split("\t")
        path, _, channel = path.partition("#")
        if language not in ("en", "zh"):
            continue
        audio = decode_audio(os.path.join(root, path), sampling_rate=RATE, split_stereo=bool(channel))
        if channel:
            audio = audio["LR".index(channel)]
        yield language, text, audio.astype(np.float32)


def background(n, rng):
    """Comfort noise about 60 dB below full scale."""
    return rng.normal(0, 0.0008, n).astype(np.float32)


def make_calls(refs, root, out):
    chance, rng = random.Random(1), np.random.default_rng(1)
    clips = {}
    for language, text, audio in read_refs(refs, root):
        clips.setdefault(language, []).append((text, audio))
    rows = []
    for language, all_clips in sorted(clips.items()):
        chance.shuffle(all_clips)
        total = sum(len(a) for _, a in all_clips) / RATE
        calls = max(1, round(total / CALL))
        for call in range(calls):
            name = f"{language}-{call + 1}"
            placed, said, at, party, turn, want = [], [[], []], RATE // 2, 0, 0.0, 0.0
            for text, audio in all_clips[call::calls]:
                if turn >= want:  # the other party's turn, after a short silence
                    party, turn, want = 1 - party, 0.0, chance.uniform(2, 12)
                    at += int(chance.uniform(0.1, 0.8) * RATE)
                placed.append((party, at, audio))
                said[party].append(text)
                at += len(audio) + int(chance.uniform(0.1, 0.4) * RATE)
                turn += len(audio) / RATE
            channels = [background(at + RATE, rng) for _ in range(2)]
            for p, start, audio in placed:
                channels[p][start : start + len(audio)] += audio
            path = os.path.join(out, name + ".wav")
            write_mulaw(path, channels)
            for p, letter in enumerate("LR"):
                write_wide(os.path.join(out, f"{name}-{letter}.16k.wav"), path, p)
                if said[p]:
                    rows.append((f"{name}.wav#{letter}", language, " ".join(said[p])))
            print(f"{name}: {(at + RATE) / RATE:.0f} s, {len(placed)} clips")
    write_tsv(os.path.join(out, "calls.tsv"), rows)


def write_tsv(path, rows):
    with open(path, "w", encoding="utf-8") as f:
        f.writelines("\t".join(row) + "\n" for row in rows)


def take_demo(folder, out):
    rows = []
    truth = {}
    for line in open(os.path.join(folder, "truth.jsonl"), encoding="utf-8"):
        call = json.loads(line)
        truth[call["id"]] = call
    for path in sorted(glob.glob(os.path.join(folder, "inbox", "*.wav"))):
        name = os.path.splitext(os.path.basename(path))[0]
        with open(path[:-4] + ".json", encoding="utf-8") as f:
            roles = json.load(f).get("media", {}).get("roles") or ["customer", "agent"]
        call = truth.get(name)
        if call is None or len(roles) != 2 or call["language"] not in ("en", "zh"):
            continue
        target = os.path.join(out, name + ".wav")
        shutil.copyfile(path, target)
        for c, letter in enumerate("LR"):
            write_wide(os.path.join(out, f"{name}-{letter}.16k.wav"), target, c)
            said = " ".join(t["text"] for t in call["turns"] if t["party"] == roles[c])
            if said:
                rows.append((f"{name}.wav#{letter}", call["language"], said))
    write_tsv(os.path.join(out, "calls.tsv"), rows)
    print(f"{len(rows)} channels of demo calls")


def tones(n, hz, on, off, level=0.1):
    t = np.arange(n) / RATE
    x = sum(np.sin(2 * np.pi * f * t) for f in hz) / len(hz)
    return (level * x * (t % (on + off) < on)).astype(np.float32)


def keys(n, rng):
    x = np.zeros(n, np.float32)
    at = 0
    while at + RATE < n:
        k = RATE // 8
        low, high = rng.choice([697, 770, 852, 941]), rng.choice([1209, 1336, 1477])
        x[at : at + k] = tones(k, (low, high), 1, 0, 0.2)
        at += int(rng.uniform(0.15, 2) * RATE)
    return x


def chords(n, rng):
    x, at = np.zeros(n, np.float32), 0
    while at < n:
        k = min(n - at, int(rng.uniform(0.2, 1.2) * RATE))
        root, t = 220 * 2 ** (rng.integers(0, 24) / 12), np.arange(k) / RATE
        for third in (0, rng.choice([3, 4]), 7, 12):
            for h in range(1, 5):
                x[at : at + k] += (0.05 / h * np.sin(2 * np.pi * h * root * 2 ** (third / 12) * t) * np.exp(-2 * t)).astype(np.float32)
        at += k
    return x


def coloured(n, rng, power):
    f = np.fft.rfftfreq(n, 1 / RATE)
    f[0] = f[1]
    x = np.fft.irfft(np.fft.rfft(rng.normal(0, 1, n)) / f**power, n)
    return (x / np.abs(x).max()).astype(np.float32)


def steps(n, rng):
    """Knocks, rustling and breath-like bursts."""
    x = background(n, rng)
    at = 0
    while at + RATE < n:
        k = int(rng.uniform(0.01, 0.6) * RATE)
        x[at : at + k] += coloured(k, rng, rng.uniform(0, 1)) * np.hanning(k).astype(np.float32) * rng.uniform(0.02, 0.5)
        at += k + int(rng.uniform(0.1, 2) * RATE)
    return x


def make_noise(out, minutes, files):
    rng = np.random.default_rng(2)
    kinds = {
        "silence": lambda n: np.zeros(n, np.float32),
        "comfort": lambda n: background(n, rng),
        "white": lambda n: 0.1 * coloured(n, rng, 0),
        "pink": lambda n: 0.3 * coloured(n, rng, 0.5),
        "brown": lambda n: 0.6 * coloured(n, rng, 1),
        "hum": lambda n: tones(n, (50, 100, 150, 250), 1, 0, 0.2) + background(n, rng),
        "ring-cn": lambda n: tones(n, (450,), 1, 4) + background(n, rng),
        "ring-us": lambda n: tones(n, (440, 480), 2, 4) + background(n, rng),
        "busy": lambda n: tones(n, (450,), 0.35, 0.35) + background(n, rng),
        "keys": lambda n: keys(n, rng) + background(n, rng),
        "chords": lambda n: chords(n, rng),
        "knocks": lambda n: steps(n, rng),
    }
    for file in files:
        x = decode_audio(file, sampling_rate=RATE)
        kinds[os.path.splitext(os.path.basename(file))[0]] = lambda n, x=x: np.resize(x, n)
    each = int(minutes * 60 * RATE / len(kinds))
    rows = []
    for name, make in kinds.items():
        path = os.path.join(out, f"noise-{name}.wav")
        write_mulaw(path, [make(each)])
        rows.append((f"noise-{name}.wav", "en", ""))
    write_tsv(os.path.join(out, "noise.tsv"), rows)
    print(f"{len(kinds)} kinds of noise, {each / RATE:.0f} s each")


if __name__ == "__main__":
    if len(sys.argv) >= 5 and sys.argv[1] == "calls":
        make_calls(*sys.argv[2:5])
    elif len(sys.argv) >= 4 and sys.argv[1] == "noise":
        make_noise(sys.argv[2], float(sys.argv[3]), sys.argv[4:])
    elif len(sys.argv) == 4 and sys.argv[1] == "demo":
        take_demo(*sys.argv[2:])
    else:
        sys.exit(__doc__)
