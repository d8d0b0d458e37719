"""What follows without asking anybody: who attended, when a sheet may be marked, what a text may say, how a code is made."""
