"""Times the pattern recognisers of Presidio, by processor time, over JSON Lines with a
text, and measures them against the labels where there are some.

    redact.py FILE.jsonl [SECONDS]

Only what works by pattern and check digit is run, no named-entity model. A
labelled span is found where half of it or more is covered, a result is right
where it touches a label, as `earshot eval redact` counts. Documents with turns
are timed twice: as one text, which leaves open whose words are masked, and turn
by turn, as conversations are masked.
"""
import json
import sys
import time

import tldextract
from presidio_analyzer import RecognizerRegistry
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

# Domain endings as they come with the package: nothing is fetched.
tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=())
tldextract.extract = tldextract.tldextract.TLD_EXTRACTOR


def main(path, seconds):
    items = [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    recognisers = [r for r in registry.recognizers if not isinstance(r, SpacyRecognizer) and r.supported_language == "en"]
    empty = NlpArtifacts(entities=[], tokens=[], tokens_indices=[], lemmas=[], nlp_engine=None, language="en")

    def find(text):
        found = []
        for r in recognisers:
            found += r.analyze(text=text, entities=r.supported_entities, nlp_artifacts=empty) or []
        return [f for f in found if f.score >= 0.4]

    def speed(documents):
        start, rounds = time.process_time(), 0
        while time.process_time() - start < seconds:
            for texts in documents:
                for text in texts:
                    find(text)
            rounds += 1
        return rounds * len(documents) / (time.process_time() - start)

    results = [find(i["text"]) for i in items]
    whole = speed([[i["text"]] for i in items])
    by_turn = speed([[t["text"] for t in i["turns"]] for i in items]) if all("turns" in i for i in items) else None

    spans = hit = masked = right = 0
    for item, found in zip(items, results):
        labelled, hidden = set(), set()
        for s in item.get("spans", []):
            labelled.update(range(s["from"], s["to"]))
        for f in found:
            hidden.update(range(f.start, f.end))
        for s in item.get("spans", []):
            spans += 1
            hit += 2 * len(hidden.intersection(range(s["from"], s["to"]))) >= s["to"] - s["from"]
        for f in found:
            masked += 1
            right += bool(labelled.intersection(range(f.start, f.end)))
    print(json.dumps({
        "recognisers": len(recognisers), "n": len(items),
        "documents_per_second": whole, "documents_per_second_turn_by_turn": by_turn,
        "recall": hit / spans if spans else 0, "precision": right / masked if masked else 0,
    }))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) if len(sys.argv) > 2 else 5)
