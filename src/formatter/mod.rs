//! Style and items to a marked-up tree, and the tree to text. Touches nothing.
