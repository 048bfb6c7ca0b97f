# Tiny random models of transformers with a tower for pictures, and their outputs, for configurations that the shared
# fixtures lack. python pictures.py OUT [NAME...]
import json, os, sys, torch
import transformers as tf
from safetensors.torch import save_file
OUT = sys.argv[1]
CASES = {}
def case(name, cls, **kw): CASES[name] = (cls, kw)
vit = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=36, image_size=16, patch_size=4)
dino = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, mlp_ratio=2, image_size=14, patch_size=7)
text = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=36, vocab_size=90, max_position_embeddings=12)
vision = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=36, image_size=15, patch_size=4)
case('vit_cls_grey', 'ViTForImageClassification', **{**vit, 'image_size': (20, 13), 'patch_size': (5, 4), 'num_channels': 1, 'num_labels': 5, 'hidden_act': 'gelu_new'})
case('vit_pooler', 'ViTModel', **{**vit, 'pooler_output_size': 10, 'pooler_act': 'sigmoid', 'layer_norm_eps': 1e-3, 'hidden_act': 'silu'})
case('deit_base', 'DeiTModel', **vit)
case('deit_cls', 'DeiTForImageClassification', **{**vit, 'num_labels': 3, 'qkv_bias': False})
case('deit_teacher', 'DeiTForImageClassificationWithTeacher', **{**vit, 'num_labels': 4})
case('dinov2_swiglu', 'Dinov2Model', **{**dino, 'use_swiglu_ffn': True, 'layerscale_value': 0.5})
case('dinov2_cls', 'Dinov2ForImageClassification', **{**dino, 'num_labels': 3, 'hidden_act': 'relu', 'use_mask_token': False})
case('dinov2_reg', 'Dinov2WithRegistersModel', **{**dino, 'num_register_tokens': 3, 'num_channels': 1})
case('dinov2_reg_cls', 'Dinov2WithRegistersForImageClassification', **{**dino, 'num_register_tokens': 2, 'use_swiglu_ffn': True, 'num_labels': 3})
case('clip_old_end', 'CLIPModel', text_config={**text, 'eos_token_id': 2}, vision_config={**vision, 'hidden_act': 'gelu'}, projection_dim=10)
case('clip_new_end', 'CLIPModel', text_config={**text, 'eos_token_id': 7, 'hidden_act': 'relu'}, vision_config=vision, projection_dim=10)
case('clip_text', 'CLIPTextModel', **{**text, 'eos_token_id': 7})
case('clip_text_projected', 'CLIPTextModelWithProjection', **{**text, 'eos_token_id': 7, 'projection_dim': 6})
case('clip_vision', 'CLIPVisionModel', **vision)
case('clip_vision_projected', 'CLIPVisionModelWithProjection', **{**vision, 'projection_dim': 6, 'num_channels': 1})
case('clip_cls', 'CLIPForImageClassification', text_config=text, vision_config=vision, num_labels=3)
case('siglip_odd', 'SiglipModel', text_config={**text, 'projection_size': 16, 'hidden_act': 'gelu'}, vision_config={**vision, 'hidden_act': 'quick_gelu', 'num_channels': 1})
case('siglip_text', 'SiglipTextModel', **text)
case('siglip_vision', 'SiglipVisionModel', **vision)
case('siglip_vision_headless', 'SiglipVisionModel', **{**vision, 'vision_use_head': False})
case('siglip_cls', 'SiglipForImageClassification', text_config=text, vision_config=vision, num_labels=3)

def randomise(model):
    g = torch.Generator().manual_seed(7)
    for n, p in model.named_parameters():
        with torch.no_grad():
            if n.endswith('logit_scale'): p.fill_(1.3); continue
            base = 1.0 if p.dim() == 1 and ('norm' in n.lower() or 'layrnorm' in n or 'lambda' in n) and not n.endswith('bias') else 0.0
            p.copy_(base + (0.25 if p.dim() > 1 else 0.2) * torch.randn(p.shape, generator=g))

def flat(out, prefix=''):
    o = {}
    for k, v in out.items():
        if isinstance(v, torch.Tensor): o[prefix + k] = v
        elif hasattr(v, 'items'): o.update(flat(v, prefix + k + '.'))
    return o

def run(name):
    cls, kw = CASES[name]
    M = getattr(tf, cls)
    config = M.config_class(**kw)
    config._attn_implementation = 'eager'
    torch.manual_seed(1)
    model = M(config).eval()
    randomise(model)
    d = os.path.join(OUT, name); os.makedirs(d, exist_ok=True)
    model.save_pretrained(d)
    model = M.from_pretrained(d, attn_implementation='eager').eval()
    g = torch.Generator().manual_seed(3)
    t = {}
    texts = 'Text' in cls or cls in ('CLIPModel', 'SiglipModel')
    if texts:
        S = 12 if 'Siglip' in cls else 9
        ids = torch.randint(8, 90, (4, S), generator=g)
        mask = torch.ones((4, S), dtype=torch.long)
        for i, end in enumerate((S - 1, 5, 3, 6)): ids[i, end] = 7 if config.to_dict().get('text_config', config.to_dict()).get('eos_token_id') == 7 else 89
        mask[1, 6:] = 0; mask[2, 4:] = 0
        t['input_ids'] = ids
        if 'CLIP' in cls: t['attention_mask'] = mask
    if 'Text' not in cls:
        c = getattr(config, 'vision_config', config)
        size = c.image_size if isinstance(c.image_size, (tuple, list)) else (c.image_size,) * 2
        t['pixel_values'] = torch.randn((3, c.num_channels, *size), generator=g)
    with torch.no_grad(): out = model(**t, output_hidden_states='Classification' in cls)
    o = flat(out)
    if 'Classification' in cls and not ('CLIP' in cls or 'Siglip' in cls or 'Teacher' in cls):
        with torch.no_grad(): o['last_hidden_state'] = model.base_model(t['pixel_values']).last_hidden_state
    t.update({k: v.contiguous() for k, v in o.items()})
    save_file({k: v.clone() for k, v in t.items()}, os.path.join(d, 'golden.safetensors'))
    json.dump(dict(model_class=cls, weight_dtype='float32', max_abs={k: float(v.abs().max()) for k, v in o.items()},
                   versions=dict(torch=torch.__version__, transformers=tf.__version__)), open(os.path.join(d, 'golden.json'), 'w'), indent=1)
    print(name, {k: (tuple(v.shape), round(float(v.abs().max()), 2)) for k, v in o.items()}, sum(os.path.getsize(os.path.join(d, f)) for f in os.listdir(d)))
for n in sys.argv[2:] or list(CASES):
    try: run(n)
    except Exception as e: print('FAILED', n, type(e).__name__, str(e)[:300])
