"""Pure image work: arrays and Pillow images in and out; no network, files, models or serving."""
