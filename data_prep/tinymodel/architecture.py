"""The untrained model, its tokenizer and its processor, built without any download."""

from collections.abc import Iterable

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLProcessor,
    Qwen2TokenizerFast,
    Qwen2VLImageProcessorFast,
    Qwen2VLVideoProcessor,
)

from data_prep.vision import GRID

VOCABULARY = 640
PATCH = GRID // 2
SPECIAL_TOKENS = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<|vision_start|>",
    "<|vision_end|>",
    "<|vision_pad|>",
    "<|image_pad|>",
    "<|video_pad|>",
)
# Qwen's conversation format: turns between im_start and im_end, a default system turn, and
# each picture or video as one pad token between its vision marks.
CHAT_TEMPLATE = """
{%- macro show(content) -%}
  {%- if content is string -%}{{ content }}
  {%- else -%}
    {%- for part in content -%}
      {%- if part.type == 'video' or 'video' in part -%}
        {{ '<|vision_start|><|video_pad|><|vision_end|>' }}
      {%- elif part.type == 'image' or 'image' in part -%}
        {{ '<|vision_start|><|image_pad|><|vision_end|>' }}
      {%- else -%}{{ part.text }}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro -%}
{%- if messages[0].role != 'system' -%}
  {{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
{%- endif -%}
{%- for message in messages -%}
  {{ '<|im_start|>' + message.role + '\\n' + show(message.content) + '<|im_end|>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<|im_start|>assistant\\n' }}{%- endif -%}
""".strip()


def make_tokenizer(corpus: Iterable[str]) -> Qwen2TokenizerFast:
    """Train a byte-level BPE of `VOCABULARY` tokens on `corpus`, with Qwen's special tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        special_tokens=list(SPECIAL_TOKENS),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus, trainer)
    return Qwen2TokenizerFast(
        tokenizer_object=tokenizer,
        unk_token=None,
        bos_token=None,
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=list(SPECIAL_TOKENS[1:]),
        model_max_length=2048,
        chat_template=CHAT_TEMPLATE,
    )


def make_processor(tokenizer: Qwen2TokenizerFast) -> Qwen2_5_VLProcessor:
    """Return Qwen2.5-VL's own processor for frames of any multiple of 28 pixels."""
    limits = {"min_pixels": GRID * GRID, "max_pixels": 128 * GRID * GRID}
    return Qwen2_5_VLProcessor(
        image_processor=Qwen2VLImageProcessorFast(patch_size=PATCH, **limits),
        tokenizer=tokenizer,
        video_processor=Qwen2VLVideoProcessor(patch_size=PATCH, **limits),
        chat_template=CHAT_TEMPLATE,
    )


def make_model(tokenizer: Qwen2TokenizerFast, seed: int) -> Qwen2_5_VLForConditionalGeneration:
    """Return the model with random weights drawn from `seed`."""
    depth = 4
    ids = {name: tokenizer.convert_tokens_to_ids(name) for name in SPECIAL_TOKENS}
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 128,
            "intermediate_size": 384,
            "num_hidden_layers": 4,
            "num_attention_heads": 4,
            "num_key_value_heads": 4,
            "max_position_embeddings": 2048,
            # Sequences are short: with the usual 1e6 the slow frequencies carry no position.
            "rope_theta": 20.0,
            "rope_scaling": {"type": "mrope", "mrope_section": [4, 6, 6]},
            "tie_word_embeddings": True,
            "bos_token_id": ids["<|endoftext|>"],
            "eos_token_id": ids["<|im_end|>"],
            "pad_token_id": ids["<|endoftext|>"],
        },
        vision_config={
            "depth": depth,
            "hidden_size": 96,
            "intermediate_size": 256,
            "num_heads": 4,
            "out_hidden_size": 128,
            "patch_size": PATCH,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            # On the CPU windows are attended one by one in Python: attend to all at once.
            "fullatt_block_indexes": list(range(depth)),
            "window_size": 112,
            "tokens_per_second": 2,
        },
        tie_word_embeddings=True,
        vision_start_token_id=ids["<|vision_start|>"],
        vision_end_token_id=ids["<|vision_end|>"],
        vision_token_id=ids["<|vision_pad|>"],
        image_token_id=ids["<|image_pad|>"],
        video_token_id=ids["<|video_pad|>"],
        bos_token_id=ids["<|endoftext|>"],
        eos_token_id=ids["<|im_end|>"],
        pad_token_id=ids["<|endoftext|>"],
    )
    torch.manual_seed(seed)
    model = Qwen2_5_VLForConditionalGeneration(config)
    # The usual 0.02 suits widths of thousands: at a width of 100 the signal would die out.
    for name, weight in model.named_parameters():
        if weight.dim() > 1 and "embed_tokens" not in name:
            torch.nn.init.xavier_uniform_(weight.data.view(len(weight), -1))
    model.generation_config.eos_token_id = ids["<|im_end|>"]
    model.generation_config.pad_token_id = ids["<|endoftext|>"]
    return model
