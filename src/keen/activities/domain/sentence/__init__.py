"""One line of writing read by rules: who, when, how much, what took place and what comes next."""
