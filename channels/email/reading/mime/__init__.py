"""The parts that a mail is made of, read from its bytes: fields, parameters, charsets, transfer encodings."""
