// Package elevator plans the stops of a lift.
package elevator

import "sort"

// stopsAbove lists the calls at a floor and above, the nearest first.
func stopsAbove(calls map[int]bool, floor int) []int {
	var stops []int
	for call := range calls {
		if call >= floor {
			stops = append(stops, call)
		}
	}
	sort.Ints(stops)
	return stops
}

// stopsBelow lists the calls below a floor, the nearest first.
func stopsBelow(calls map[int]bool, floor int) []int {
	var stops []int
	for call := range calls {
		if call < floor {
			stops = append(stops, call)
		}
	}
	sort.Sort(sort.Reverse(sort.IntSlice(stops)))
	return stops
}

// Plan is the order in which the calls are served.
func Plan(calls map[int]bool, floor int, up bool) []int {
	above, below := stopsAbove(calls, floor), stopsBelow(calls, floor)
	if up {
		return append(above, below...)
	}
	return append(below, above...)
}

// Home sends an empty lift to the ground floor.
func Home(floor int) []int {
	return Plan(map[int]bool{0: true}, floor, false)
}
