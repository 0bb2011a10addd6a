"""A video model of LTX's own classes with random weights of some thousand parameters, on disk."""

from pathlib import Path

WORDS = ("What", "happens", "next:", "it", "moves", "left", "right", "The", "video", "so", "far:")


def save(folder: Path, *, decodes_noise: bool = False, seed: int = 0) -> Path:
    """Write the pipeline; pictures of 32 x 32 and 8 frames become one cell, as in the real one.

    Args:
        folder: to write.
        decodes_noise: make it of the later kind, whose decoder takes part in the denoising.
        seed: of the weights.
    """
    import torch
    from diffusers import (
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXImageToVideoPipeline,
        LTXVideoTransformer3DModel,
    )
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import T5Config, T5EncoderModel, T5TokenizerFast

    torch.manual_seed(seed)
    vocabulary = ["<pad>", "</s>", "<unk>", *WORDS]
    words = Tokenizer(
        models.WordLevel({word: i for i, word in enumerate(vocabulary)}, unk_token="<unk>")
    )
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer = T5TokenizerFast(tokenizer_object=words, extra_ids=0)
    text = T5EncoderModel(
        T5Config(vocab_size=len(vocabulary), d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    )
    transformer = LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        num_layers=1,
        caption_channels=16,
    )
    sides = {"block_out_channels": (8, 8, 8, 8), "layers_per_block": (1, 1, 1, 1, 1)}
    vae = AutoencoderKLLTXVideo(
        latent_channels=8,
        **sides,
        **{f"decoder_{name}": value for name, value in sides.items()},
        decoder_inject_noise=(False,) * 5,
        upsample_residual=(False,) * 4,
        upsample_factor=(1,) * 4,
        timestep_conditioning=decodes_noise,
    )
    pipeline = LTXImageToVideoPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae,
        text_encoder=text,
        tokenizer=tokenizer,
        transformer=transformer,
    )
    pipeline.save_pretrained(folder)
    return folder
