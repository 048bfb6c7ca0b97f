"""A ViT classifier in numpy, float64: logits of pictures that are prepared already.

python3 vit_numpy.py MODEL_FOLDER PIXELS.safetensors NAME OUT.safetensors

Reads float32 NAME [B, 3, H, W], writes float32 logits and pixel_values. Written from the paper (Dosovitskiy et al. 2020,
arXiv:2010.11929) and the checkpoint's names; shares no code with Sinter.
"""
import json
import math
import struct
import sys

import numpy as np

TYPES = {"F32": "<f4", "F16": "<f2", "I32": "<i4"}


def read(path):
    with open(path, "rb") as f:
        header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
        data = f.read()
    header.pop("__metadata__", None)
    return {
        name: np.frombuffer(data[slice(*t["data_offsets"])], TYPES[t["dtype"]]).reshape(t["shape"])
        for name, t in header.items()
    }


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        raw = tensor.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def main(folder, pixels, name, out):
    config = json.load(open(folder + "/config.json"))
    w = {k: v.astype(np.float64) for k, v in read(folder + "/model.safetensors").items()}
    x = read(pixels)[name].astype(np.float64)
    p, h, heads = config["patch_size"], config["hidden_size"], config["num_attention_heads"]
    erf = np.vectorize(math.erf)

    def linear(v, n):
        return v @ w[n + ".weight"].T + w[n + ".bias"]

    def norm(v, n):
        d = v - v.mean(-1, keepdims=True)
        return d / np.sqrt((d**2).mean(-1, keepdims=True) + config["layer_norm_eps"]) * w[n + ".weight"] + w[n + ".bias"]

    b, c, height, width = x.shape
    patches = x.reshape(b, c, height // p, p, width // p, p).transpose(0, 2, 4, 1, 3, 5).reshape(b, -1, c * p * p)
    e = "vit.embeddings."
    kernel = w[e + "patch_embeddings.projection.weight"].reshape(h, -1)
    states = patches @ kernel.T + w[e + "patch_embeddings.projection.bias"]
    states = np.concatenate([np.broadcast_to(w[e + "cls_token"], (b, 1, h)), states], 1) + w[e + "position_embeddings"]
    for i in range(config["num_hidden_layers"]):
        at = f"vit.encoder.layer.{i}."
        y = norm(states, at + "layernorm_before")
        q, k, v = (
            linear(y, at + "attention.attention." + part).reshape(b, -1, heads, h // heads).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 1, 3, 2) / math.sqrt(h // heads)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True)) @ v
        states = states + linear(mixed.transpose(0, 2, 1, 3).reshape(b, -1, h), at + "attention.output.dense")
        y = linear(norm(states, at + "layernorm_after"), at + "intermediate.dense")
        states = states + linear(y * (1 + erf(y / math.sqrt(2))) / 2, at + "output.dense")
    logits = linear(norm(states, "vit.layernorm")[:, 0], "classifier")
    write(out, {"logits": logits, "pixel_values": x})
    return logits


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
