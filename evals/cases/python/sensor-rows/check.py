from station_report import frost_minutes, report

LOG = "# station 4\n0;-2.0\n10;1.0\n\n20;4.0\n"
assert report(LOG) == "max 4.0 °C, mean 1.0 °C", report(LOG)
assert frost_minutes(LOG) == 1
assert report("") == "max 0.0 °C, mean 0.0 °C"
