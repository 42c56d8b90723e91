"""What `bima bench` measures: each work beside a limit measured in the same rounds."""
