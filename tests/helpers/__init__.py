"""What tests of several parts share: the fake engine and checks on what a test leaves behind."""
