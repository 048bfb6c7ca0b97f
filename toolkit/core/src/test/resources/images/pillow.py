# Pictures, and what Pillow makes of them: python pillow.py
import io, numpy as np, torch, PIL
from PIL import Image
from safetensors.torch import save_file
g = np.random.default_rng(5)
t = {}
def put(name, image): t[name] = torch.from_numpy(np.asarray(image).astype(np.uint8).copy())
small = Image.fromarray(g.integers(0, 256, (9, 13, 3), dtype=np.uint8)); put('small', small)
for f in (0, 1, 2, 3, 4, 5):
    for w, h in ((5, 4), (29, 20), (13, 3), (6, 9), (1, 1)):
        put('small.%d.%dx%d' % (f, w, h), small.resize((w, h), f))
y, x = np.mgrid[0:29, 0:37]
smooth = np.stack([127 + 120 * np.sin(x / 5 + y / 9), 127 + 100 * np.cos(x / 7 - y / 3), x * 4 + y * 3], -1).clip(0, 255).astype(np.uint8)
rgb = Image.fromarray(smooth)
rgb.save('colour.jpg', quality=85); rgb.save('full.jpg', quality=95, subsampling=0, progressive=True)
rgb.convert('L').save('grey.jpg'); rgb.save('colour.png'); rgb.convert('L').save('grey.png')
rgb.convert('P', palette=Image.ADAPTIVE, colors=13).save('palette.png'); rgb.convert('1').save('bits.png')
alpha = rgb.convert('RGBA'); alpha.putalpha(rgb.convert('L')); alpha.save('alpha.png'); alpha.convert('LA').save('grey_alpha.png')
for n in ('colour.jpg', 'full.jpg', 'grey.jpg', 'colour.png', 'grey.png', 'palette.png', 'bits.png', 'alpha.png', 'grey_alpha.png'):
    put(n, Image.open(n).convert('RGB'))
save_file(t, 'pillow.safetensors', metadata={'pillow': PIL.__version__})
