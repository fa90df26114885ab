"""Topics: lists of terms that users write, and the articles that are about them."""
