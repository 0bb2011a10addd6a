"""LPIPS (Zhang et al. 2018, arXiv 1801.03924) over batches of frames.

The package `lpips` has the layers that weigh the channels, learned from human judgements. The
trunk is an ImageNet network of torchvision: by path, or from its cache and hub. Features of a
frame are computed once, however many others it is compared with.
"""

import hashlib
import urllib.error
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data_prep.errors import UserError
from lmms_tasks.videoreason.clips import Frames

NETS = ("alex", "vgg")
RANDOM = "random:"
BATCH = 64
_TRUNKS = {"alex": "alexnet", "vgg": "vgg16"}
GET_WEIGHTS = (
    "python -c \"import torchvision; torchvision.models.{name}(weights='DEFAULT')\" on a machine "
    "with a network, and copy ~/.cache/torch/hub/checkpoints; or --weights FILE.pth"
)

# The features of n frames: for each layer an array of shape (n, channels, height, width).
Features = list[Any]


class Perceptual:
    """A network whose distances between frames are LPIPS.

    Attributes:
        said: the network and where its weights are from; "random weights" where they are.
        fingerprint: a SHA-256 over all weights, in hexadecimal.
    """

    def __init__(self, net: str = "alex", weights: str = "") -> None:
        """Load `net`, on the GPU where there is one.

        Args:
            net: `alex` or `vgg`.
            weights: a file of torchvision's trunk; empty for its cache and hub; `random:SEED` for
                a trunk without training, whose distances mean nothing but their order in a test.

        Raises:
            UserError: the weights are not there or of another network, or an extra is missing.
        """
        try:
            # With torch it needs seconds, and an extra.
            import lpips  # type: ignore[import-untyped]  # noqa: PLC0415
            import torch  # noqa: PLC0415
        except ImportError as error:
            raise UserError(
                "lpips and torch are not installed",
                seen=error,
                fix="pip install 'videoreason[eval]'",
            ) from error
        if net not in NETS:
            raise UserError("there is no such network", seen=net, fix=f"one of {', '.join(NETS)}")
        self._torch: Any = torch
        self._normalize: Any = lpips.normalize_tensor
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        seed = _seed(weights)
        with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
            # lpips calls torchvision as it was called some versions ago.
            warnings.simplefilter("ignore")
            torch.manual_seed(seed or 0)
            self._net: Any = lpips.LPIPS(net=net, pnet_rand=True, verbose=False)
        if seed is None:
            _fill(self._net.net, _trunk(torch, net, weights), net, weights)
        self.said = f"{net}, " + (
            f"random weights of seed {seed}"
            if seed is not None
            else Path(weights).name or "ImageNet weights of torchvision"
        )
        self.fingerprint = _digest(self._net)
        self._net.to(self._device).eval()
        self._net.net.to(memory_format=torch.channels_last)

    def features(self, frames: Frames) -> Features:
        """Return the features of `frames`, (n, height, width, 3) uint8, of unit length."""
        torch, parts = self._torch, []
        with torch.inference_mode():
            for start in range(0, len(frames), BATCH):
                pixels = torch.from_numpy(np.ascontiguousarray(frames[start : start + BATCH]))
                # The axes of the array are those of channels_last: nothing is copied.
                images = pixels.to(self._device).permute(0, 3, 1, 2).float() / 127.5 - 1
                layers = self._net.net.forward(self._net.scaling_layer(images))
                parts.append([self._normalize(layer) for layer in layers])
            return [torch.cat(layer) for layer in zip(*parts, strict=True)]

    def of_each(self, clips: Iterable[Frames]) -> Iterator[Features]:
        """Yield the features of each of `clips`, which are of one size.

        Short clips go through the network together: 16 frames alone need half as long again.
        """
        for some in _together(clips):
            features, end = self.features(np.concatenate(some)), 0
            for clip in some:
                begin, end = end, end + len(clip)
                yield [layer[begin:end] for layer in features]

    def distances(self, ours: Features, theirs: Features) -> NDArray[np.float64]:
        """Return the LPIPS of each pair of frames; one side may be a single frame."""
        with self._torch.inference_mode():
            layers = [
                self._net.lins[i]((a - b) ** 2).mean([1, 2, 3])
                for i, (a, b) in enumerate(zip(ours, theirs, strict=True))
            ]
            total: NDArray[np.float64] = sum(layers).double().cpu().numpy()
        return total


def take(features: Features, numbers: NDArray[np.intp]) -> Features:
    """Return the features of some of the frames."""
    return [layer[numbers] for layer in features]


def _together(clips: Iterable[Frames]) -> Iterator[list[Frames]]:
    some: list[Frames] = []
    for clip in clips:
        if some and sum(map(len, some)) + len(clip) > BATCH:
            yield some
            some = []
        some.append(clip)
    if some:
        yield some


def _seed(weights: str) -> int | None:
    if not weights.startswith(RANDOM):
        return None
    number = weights.removeprefix(RANDOM)
    if not number.isdecimal():
        raise UserError("random weights need a seed", seen=weights, fix="--weights random:0")
    return int(number)


def _trunk(torch: Any, net: str, weights: str) -> dict[str, Any]:
    # With torch it needs seconds.
    from torchvision import models  # type: ignore[import-untyped]  # noqa: PLC0415

    name = _TRUNKS[net]
    get = GET_WEIGHTS.format(name=name)
    try:
        if weights:
            found = torch.load(weights, map_location="cpu", weights_only=True)
        else:
            found = models.get_model_weights(name).DEFAULT.get_state_dict(
                check_hash=True, progress=True
            )
    except (OSError, urllib.error.URLError, RuntimeError, ValueError) as error:
        raise UserError(
            f"the weights of {name} for LPIPS are not there",
            seen=f"{weights or 'the cache and the hub of torchvision'}: {_one_line(error)}",
            fix=get,
        ) from error
    except Exception as error:  # what torch.load raises for a file of another kind
        raise UserError(
            f"this is no file of weights of {name}", seen=f"{weights}: {_one_line(error)}", fix=get
        ) from error
    if not isinstance(found, dict):
        raise UserError(f"this is no file of weights of {name}", seen=weights, fix=get)
    return found


def _fill(trunk: Any, found: dict[str, Any], net: str, weights: str) -> None:
    """Load weights that torchvision calls `features.3.weight`, and lpips `slice2.3.weight`."""
    wanted = trunk.state_dict()
    named = {key: f"features.{key.partition('.')[2]}" for key in wanted}
    bad = [
        theirs
        for key, theirs in named.items()
        if theirs not in found or found[theirs].shape != wanted[key].shape
    ] or [theirs for theirs in named.values() if not bool(found[theirs].isfinite().all())]
    if bad:
        raise UserError(
            f"these are not the weights of {_TRUNKS[net]}",
            seen=f"{weights}: {bad[0]} is missing, of another shape or not finite",
            fix=GET_WEIGHTS.format(name=_TRUNKS[net]),
        )
    trunk.load_state_dict({key: found[theirs] for key, theirs in named.items()})


def _digest(net: Any) -> str:
    digest = hashlib.sha256()
    for key, tensor in sorted(net.state_dict().items()):
        digest.update(key.encode() + tensor.contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()


def _one_line(error: Exception) -> str:
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
