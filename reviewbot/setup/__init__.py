"""`reviewbot init`: what is here, the files that set reviewbot up, and what to type next."""
