"""Chair's summaries and the releases cut from them: labelled, checked for names, numbered, acknowledged."""
