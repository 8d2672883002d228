"""Scores texts: how many different words each has. The interpreter starts once on each worker, and so
does whatever is loaded up here, such as a model.

    atoll map --warm --file atoll_warm.py --file score.py --each-line texts.txt -- python3 score.py
"""

import atoll_warm


def score(task):
    words = task.item.decode().split()
    if not words:
        raise ValueError("a text without words")
    return f"{len(set(words))}\t{' '.join(words)}\n"


if __name__ == "__main__":
    atoll_warm.run(score)
