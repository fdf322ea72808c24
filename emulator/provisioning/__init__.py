"""What makes a resource, whoever asks for it: the catalogue of types, their inputs, their names."""
