"""The words that somebody wrote: out of HTML and flowed lines, apart from what is quoted and signed."""
