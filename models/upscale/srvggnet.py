"""SRVGGNetCompact, the small network of Real-ESRGAN's video and "general" models, with its parameter names.

Plain convolutions at the input's resolution, one pixel shuffle at the end, and the input, enlarged by nearest
neighbour, added to the result: the network learns the residual only. Published with Wang et al.,
"Real-ESRGAN" (https://arxiv.org/abs/2107.10833); the pixel shuffle is Shi et al., CVPR 2016
(https://arxiv.org/abs/1609.05158).
"""

from torch import Tensor, nn
from torch.nn import functional

from models.upscale.rrdbnet import keep


class SRVGGNetCompact(nn.Module):
    """RGB in 0-1 to RGB `scale` times as large.

    Args:
        num_feat: Channels of the trunk.
        num_conv: Convolutions between the first and the last; 16 in realesr-animevideov3.
        scale: Output pixels per input pixel along one side.
    """

    def __init__(self, *, num_feat: int = 64, num_conv: int = 16, scale: int = 4) -> None:
        super().__init__()
        self.scale = scale
        layers: list[nn.Module] = [nn.Conv2d(3, num_feat, 3, 1, 1), nn.PReLU(num_parameters=num_feat)]
        for _ in range(num_conv):
            layers += [nn.Conv2d(num_feat, num_feat, 3, 1, 1), nn.PReLU(num_parameters=num_feat)]
        layers.append(nn.Conv2d(num_feat, 3 * scale * scale, 3, 1, 1))
        # Kept in float32 beside a bfloat16 trunk: 8 to 11 dB closer to float32, in the same time.
        # `body.0` to `body.34`: the numbering of the official state dict.
        self.body = nn.ModuleList(layers)
        self.sensitive = ("body.0", "body.1", f"body.{len(layers) - 1}")
        self.upsampler = nn.PixelShuffle(scale)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Map (N, 3, h, w) to (N, 3, scale*h, scale*w), unclamped.

        Args:
            x: The image; zero where a mask is.
            mask: As for `RRDBNet`: tiles that share a canvas, each as if alone.
        """
        features = x
        for layer in self.body:
            features = layer(features.to(layer.get_parameter("weight").dtype))
            if isinstance(layer, nn.PReLU):
                features = keep(features, mask)
        residual: Tensor = self.upsampler(features)
        return residual + functional.interpolate(x, scale_factor=self.scale, mode="nearest")

    def flop_per_pixel(self) -> int:
        """Arithmetic per input pixel: two operations per weight of each convolution."""
        return sum(2 * layer.weight.numel() for layer in self.body if isinstance(layer, nn.Conv2d))
