# Tiny random models of transformers, with outputs, for configurations that the shared fixtures lack.
import json, sys, os, torch, inspect
import transformers as tf
from safetensors.torch import save_file
OUT = sys.argv[1]
torch.manual_seed(0)
CASES = {}
def case(name, cls, **kw): CASES[name] = (cls, kw)
small = dict(vocab_size=120, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40, max_position_embeddings=40, initializer_range=0.2)
case('albert_groups_mlm', 'AlbertForMaskedLM', **{**small, 'num_hidden_layers': 5, 'num_hidden_groups': 2, 'inner_group_num': 2, 'embedding_size': 16, 'hidden_act': 'gelu'})
case('albert_cls', 'AlbertForSequenceClassification', **{**small, 'embedding_size': 12, 'num_labels': 3, 'type_vocab_size': 1})
case('camembert_mlm', 'CamembertForMaskedLM', **{**small, 'pad_token_id': 1, 'type_vocab_size': 1, 'hidden_act': 'gelu'})
case('data2vec_untied', 'Data2VecTextForMaskedLM', **{**small, 'pad_token_id': 1, 'type_vocab_size': 2, 'tie_word_embeddings': False})
case('roberta_pad5', 'RobertaModel', **{**small, 'pad_token_id': 5, 'type_vocab_size': 2})
case('xlmr_cls4', 'XLMRobertaForSequenceClassification', **{**small, 'pad_token_id': 1, 'type_vocab_size': 1, 'num_labels': 4})
case('distilbert_cls', 'DistilBertForSequenceClassification', vocab_size=120, dim=24, n_layers=2, n_heads=3, hidden_dim=40, max_position_embeddings=40, sinusoidal_pos_embds=True, num_labels=3, initializer_range=0.2)
case('distilbert_untied', 'DistilBertForMaskedLM', vocab_size=120, dim=24, n_layers=1, n_heads=2, hidden_dim=40, max_position_embeddings=40, tie_word_embeddings=False, initializer_range=0.2)
case('mpnet_mlm', 'MPNetForMaskedLM', **small)
case('mpnet_cls', 'MPNetForSequenceClassification', **{**small, 'num_labels': 5, 'hidden_act': 'gelu_new'})
case('mpnet_long', 'MPNetModel', **{**small, 'max_position_embeddings': 310, 'num_hidden_layers': 1, 'long': 300})
case('electra_mlm', 'ElectraForMaskedLM', **{**small, 'embedding_size': 16})
case('electra_cls', 'ElectraForSequenceClassification', **{**small, 'embedding_size': 24, 'num_labels': 3, 'hidden_act': 'relu'})
case('roformer_mlm', 'RoFormerForMaskedLM', **{**small, 'embedding_size': 16, 'num_attention_heads': 3})
case('roformer_cls', 'RoFormerForSequenceClassification', **{**small, 'num_labels': 3, 'hidden_act': 'relu'})
case('roformer_base', 'RoFormerModel', **{**small, 'type_vocab_size': 1, 'max_position_embeddings': 64})
case('deberta1_c2p_p2c', 'DebertaModel', **{**small, 'relative_attention': True, 'pos_att_type': 'c2p|p2c', 'position_biased_input': False, 'max_relative_positions': -1, 'type_vocab_size': 0})
case('deberta1_mlm', 'DebertaForMaskedLM', **{**small, 'relative_attention': True, 'pos_att_type': 'p2c', 'position_biased_input': True, 'max_relative_positions': 7, 'type_vocab_size': 2})
case('deberta1_plain', 'DebertaForSequenceClassification', **{**small, 'relative_attention': False, 'type_vocab_size': 2, 'num_labels': 3})
v2 = {**small, 'relative_attention': True, 'pos_att_type': 'p2c|c2p', 'position_biased_input': False, 'share_att_key': True, 'position_buckets': 8, 'norm_rel_ebd': 'layer_norm', 'type_vocab_size': 0}
case('deberta2_conv', 'DebertaV2Model', **{**v2, 'conv_kernel_size': 3, 'conv_act': 'relu', 'conv_groups': 2})
case('deberta2_mlm', 'DebertaV2ForMaskedLM', **{**v2, 'embedding_size': 16, 'hidden_act': 'gelu_new', 'pos_att_type': ['c2p']})
case('deberta2_mlm_new', 'DebertaV2ForMaskedLM', **{**v2, 'legacy': False, 'tie_word_embeddings': False})
case('deberta2_cls', 'DebertaV2ForSequenceClassification', **{**v2, 'num_labels': 3, 'pooler_hidden_act': 'tanh', 'type_vocab_size': 2, 'share_att_key': False, 'conv_kernel_size': 5})
case('deberta2_long', 'DebertaV2Model', **{**v2, 'max_position_embeddings': 512, 'position_buckets': 64, 'num_hidden_layers': 1, 'long': 300})
t5 = dict(vocab_size=120, d_model=24, d_kv=5, d_ff=40, num_layers=2, num_heads=3, relative_attention_num_buckets=9, relative_attention_max_distance=13, decoder_start_token_id=0, initializer_factor=1.0)
case('mt5_encoder', 'MT5EncoderModel', **t5)
case('umt5_encoder', 'UMT5EncoderModel', **{**t5, 'feed_forward_proj': 'gated-silu'})
case('t5_conditional', 'T5ForConditionalGeneration', **{**t5, 'feed_forward_proj': 'gelu'})
case('t5_long', 'T5EncoderModel', **{**t5, 'relative_attention_num_buckets': 32, 'relative_attention_max_distance': 128, 'num_layers': 1, 'long': 300})
case('bert_nsp', 'BertForPreTraining', **small)

def randomise(model):
    g = torch.Generator().manual_seed(7)
    for n, p in model.named_parameters():
        if 'embed_positions' in n: continue
        with torch.no_grad():
            if p.dim() == 1:
                base = 1.0 if n.endswith('orm.weight') or 'layer_norm.weight' in n or n.endswith('LayerNorm.weight') else 0.0
                p.copy_(base + 0.2 * torch.randn(p.shape, generator=g))
            elif 't5' in type(model).__name__.lower() and ('relative' not in n):
                p.copy_(torch.randn(p.shape, generator=g) * (0.25 if 'shared' not in n and 'embed' not in n else 1.0))
            else:
                p.copy_(torch.randn(p.shape, generator=g) * (0.2 if 'relative' not in n else 1.0))

def run(name, only=None):
    cls, kw = CASES[name]
    kw = dict(kw); long = kw.pop('long', 0)
    M = getattr(tf, cls)
    config = M.config_class(**kw)
    config._attn_implementation = 'eager'
    torch.manual_seed(1)
    model = M(config).eval()
    randomise(model)
    model.tie_weights()
    d = os.path.join(OUT, name); os.makedirs(d, exist_ok=True)
    config.architectures = [cls]
    model.save_pretrained(d)
    for f in ('generation_config.json',):
        if os.path.exists(os.path.join(d, f)): os.remove(os.path.join(d, f))
    model = M.from_pretrained(d, attn_implementation='eager').eval()
    g = torch.Generator().manual_seed(3)
    S = long or 17
    pad = config.pad_token_id if config.pad_token_id is not None else 0
    ids = torch.randint(8, 120, (4, S), generator=g)
    mask = torch.ones((4, S), dtype=torch.long)
    if long: ids = ids[:2]; mask = mask[:2]; mask[1, S - 9:] = 0
    else:
        mask[1, 11:] = 0          # right
        mask[2, :5] = 0           # left
        mask[3, 4:7] = 0; mask[3, 15:] = 0   # holes
    ids[mask == 0] = pad
    inputs = dict(input_ids=ids, attention_mask=mask)
    types = getattr(config, 'type_vocab_size', 0)
    if types and types > 1:
        inputs['token_type_ids'] = (torch.arange(S)[None] > 6).long().expand(ids.shape).contiguous()
    with torch.no_grad():
        if cls == 'T5ForConditionalGeneration': out = model.encoder(**inputs, output_hidden_states=True)
        else: out = model(**inputs, output_hidden_states=True)
    t = {**inputs}
    o = {}
    o['last_hidden_state'] = out.last_hidden_state if 'last_hidden_state' in out else out.hidden_states[-1]
    if out.get('pooler_output') is not None: o['pooler_output'] = out.pooler_output
    for k in ('logits', 'prediction_logits'):
        if out.get(k) is not None: o['logits'] = out[k]
    t.update({k: v.contiguous() for k, v in o.items()})
    save_file(t, os.path.join(d, 'golden.safetensors'))
    json.dump(dict(model_class=cls, weight_dtype='float32', max_abs={k: float(v.abs().max()) for k, v in o.items()},
                   versions=dict(torch=torch.__version__, transformers=tf.__version__)), open(os.path.join(d, 'golden.json'), 'w'), indent=1)
    print(name, {k: (tuple(v.shape), round(float(v.abs().max()), 2)) for k, v in o.items()}, sum(os.path.getsize(os.path.join(d, f)) for f in os.listdir(d)))
names = sys.argv[2:] or list(CASES)
for n in names:
    try: run(n)
    except Exception as e: print('FAILED', n, type(e).__name__, str(e)[:300])
