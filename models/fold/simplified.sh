#!/usr/bin/env bash
# Writes simplified.txt. Needs uconv of ICU (Debian: icu-devtools) and python3.
set -euo pipefail
cd "$(dirname "$0")"
python3 - <<'PY'
import subprocess

def in_use(c):
    for charset in ("gbk", "big5hkscs"):
        try:
            c.encode(charset)
            return True
        except UnicodeEncodeError:
            pass
    return False

chars = [chr(c) for c in range(0x4E00, 0xA000) if in_use(chr(c))]
done = subprocess.run(["uconv", "-f", "utf8", "-t", "utf8", "-x", "Traditional-Simplified"],
                      input="\n".join(chars).encode(), capture_output=True, check=True)
simple = {a: b for a, b in zip(chars, done.stdout.decode().split("\n")) if a != b and len(b) == 1}
pairs = [a + b for a, b in simple.items() if b not in simple]
with open("simplified.txt", "w") as f:
    f.write("".join(pairs) + "\n")
PY
