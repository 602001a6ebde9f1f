"""Questions to what is kept of adoption: no page asks the files of facts."""
