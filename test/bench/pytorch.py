"""What whole.ts is timed beside: the same work in PyTorch, one process for each.

    pytorch.py starting          the case the project began with, decomposed and by conv2d
    pytorch.py network TOKEN...  every layer, decomposed and by conv2d
    pytorch.py tiny SECONDS      a loop over small random problems; prints problems per second
"""

import random
import re
import sys
import time

import torch
import torch.nn.functional as F


def decomposed(x, w, stride, padding):
    columns = F.unfold(x, w.shape[2:], stride=stride, padding=padding)
    size = [(x.shape[d] + 2 * padding - w.shape[d]) // stride + 1 for d in (2, 3)]
    return F.fold(w.flatten(1) @ columns, size, 1)


def compare(n, c_in, c_out, size, kernel, stride, padding):
    x = torch.rand(n, c_in, size, size)
    w = torch.rand(c_out, c_in, kernel, kernel)
    y = F.conv2d(x, w, stride=stride, padding=padding)
    if not torch.allclose(decomposed(x, w, stride, padding), y, rtol=1e-4):
        sys.exit("PyTorch disagrees with itself")


def of_token(token):
    numbers = dict(re.findall(r"([a-z]+)(\d+)", token))
    number = lambda key, default: int(numbers.get(key, default))
    return (
        number("mb", 1),
        number("ic", 1),
        number("oc", 1),
        number("ih", 1),
        number("kh", 1),
        number("sh", 1),
        number("ph", 0),
    )


def tiny(seconds):
    rng = random.Random(0)
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        kernel = rng.randint(1, 3)
        compare(1, rng.randint(1, 4), rng.randint(1, 4), rng.randint(3, 8), kernel, rng.randint(1, 2), rng.randint(0, 1))
        done += 1
    print(round(done / (time.perf_counter() - start)))


torch.manual_seed(0)
command, *rest = sys.argv[1:]
if command == "tiny":
    torch.set_num_threads(1)
    tiny(float(rest[0]))
elif command == "network":
    for token in rest:
        compare(*of_token(token))
else:
    compare(10, 32, 64, 1, 3, 1, 1)
