# What transformers' processors make of ../colour.png: python processors.py
import json, os, torch, transformers as tf, numpy as np
from PIL import Image
from safetensors.torch import save_file
CASES = {
    'vit': ('ViTImageProcessor', dict(size=dict(height=20, width=24))),
    'deit': ('DeiTImageProcessor', dict(size=dict(height=32, width=32), crop_size=dict(height=26, width=22))),
    'clip': ('CLIPImageProcessor', dict(size=dict(shortest_edge=24), crop_size=dict(height=25, width=21))),
    'clip_large_crop': ('CLIPImageProcessor', dict(size=dict(shortest_edge=9), crop_size=dict(height=14, width=16))),
    'bit': ('BitImageProcessor', dict(size=dict(shortest_edge=40), crop_size=dict(height=33, width=33), image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225])),
    'siglip': ('SiglipImageProcessor', dict(size=dict(height=18, width=18), resample=2, do_normalize=False)),
}
t = {}
for name, (cls, kw) in CASES.items():
    c = getattr(tf, cls + 'Pil', None) or getattr(tf, cls)
    p = c(**kw)
    t[name] = torch.from_numpy(np.asarray(p(Image.open('../colour.png').convert('RGB'), return_tensors='np')['pixel_values'])).float().contiguous()
    d = json.loads(p.to_json_string()); d['image_processor_type'] = d.get('image_processor_type', cls)
    json.dump(d, open(name + '.json', 'w'), indent=1)
    print(name, type(p).__name__, d['image_processor_type'], tuple(t[name].shape), {k: d[k] for k in ('size', 'crop_size', 'resample') if k in d})
save_file(t, 'processors.safetensors', metadata={'transformers': tf.__version__})
