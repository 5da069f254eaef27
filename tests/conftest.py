"""For the tests of all folders."""
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)   # a shell's & ignores it, and so would the programs they interrupt
