"""Several server processes behind one socket: started, watched, replaced, renewed one after another."""
