"""Prints the macro-F1 of VADER (English) and SnowNLP (Chinese) over JSON Lines
with a text, its language and a label, beside that of `earshot eval emotion`,
whose JSON report comes on standard input.

    sentiment.py FILE.jsonl < REPORT.json

Cuts are those the libraries' authors give: VADER's compound from 0.05 and to
-0.05, SnowNLP's probability from 0.6 and to 0.4.
"""
import json
import sys

from snownlp import SnowNLP
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

CLASSES = ("negative", "neutral", "positive")


def cut(value, low, high):
    return "negative" if value <= low else "positive" if value >= high else "neutral"


def macro_f1(pairs):
    scores = []
    for c in CLASSES:
        right = sum(a == b == c for a, b in pairs)
        told = sum(a == c for a, _ in pairs) + sum(b == c for _, b in pairs)
        if told:
            scores.append(2 * right / told)
    return sum(scores) / len(scores) if scores else 0.0


def main(path):
    ours = json.load(sys.stdin)["macro_f1_by_language"]
    items = [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]
    items = [i for i in items if i["label"] in CLASSES and i["text"].strip()]
    vader = SentimentIntensityAnalyzer()
    tell = {
        "en": ("VADER", lambda t: cut(vader.polarity_scores(t)["compound"], -0.05, 0.05)),
        "zh": ("SnowNLP", lambda t: cut(SnowNLP(t).sentiments, 0.4, 0.6)),
    }
    for language, (name, classify) in tell.items():
        pairs = [(i["label"], classify(i["text"])) for i in items if i["language"] == language]
        if pairs:
            print(f"{language}: {len(pairs)} lines; earshot macro-F1 {ours.get(language, 0):.3f}, {name} {macro_f1(pairs):.3f}")


main(sys.argv[1])
