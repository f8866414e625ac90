// Package image makes container images from files and puts them into a registry, without any container engine.
//
// An image here is one layer and a few settings. It is the same to the bit whenever it is made from the same files: entries are
// sorted, times are zero, everything belongs to root. So a push that changes nothing gives the same digest, and a registry and a
// node that have it already do nothing.
package image
