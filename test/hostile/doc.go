// Package hostile is a corpus of annotations that nobody writes by mistake: texts that are to make a reader of YAML slow or large, that are to
// leave a directory, that a shell would run, that a terminal would obey, that look like something else than they are, and texts that are
// merely of another kind than they should be. Every annotation that a user may write is tried with them, and so is the label.
//
// The cases come from three sources:
//
//   - Whole values ([texts]): the same for every annotation, so that none is forgotten when a new one appears in contract.Keys.
//   - Values in their places ([templates]): annotations as the documentation writes them, with a hostile text where a name, a path, an address
//     or a number should be. They come as far into the code as a mistake can.
//   - Drawn ones ([seeds]): documented values that are damaged at a place that is drawn, always the same ones.
//
// A case is hostile because the contract forbids it, not because the code refused it when the corpus was made: each text is wrong wherever it is
// put, and each way to damage a value leaves none that is right. A program that is asked to admit one of them has to deny it, and to name the key.
//
// Whatever is meant to run something would make the file that is called the canary. Who tries the corpus looks whether it is there.
package hostile
