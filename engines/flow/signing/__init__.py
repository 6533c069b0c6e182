"""What an approval consists of: its signers, how they are counted, and how they may change."""
