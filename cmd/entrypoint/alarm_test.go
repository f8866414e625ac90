package main

import (
	"testing"
	"time"
)

func TestAlarmRingsWhenItWasLastSetTo(t *testing.T) {
	for _, tc := range []struct {
		name string
		make func(bell chan struct{}) *alarm
	}{
		{"the kernel's", func(bell chan struct{}) *alarm { return newAlarm(bell) }},
		{"Go's, where the kernel gives none", func(bell chan struct{}) *alarm { return spareAlarm(bell) }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			bell := make(chan struct{}, 1)
			a := tc.make(bell)
			for range 3 {
				a.set(time.Hour)
				a.set(time.Millisecond)
				receive(t, bell)
			}
			a.set(0)
		})
	}
}
