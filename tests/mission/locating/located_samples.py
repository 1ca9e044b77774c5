"""Sensors and arrivals as files have them, and events as an engine might find them, all made up."""

from __future__ import annotations

import numpy as np

from truceline.model import Located, LocatedEvents, MediumTable, SensorFault, SensorFinding

PLANE = "sensor,x,y\nA,0,0\nB,4,0\nC,0,3\nD,4,3\n"
DEGREES = "sensor,lat,lon\nA,48.00011,37.00022\nB,48.00033,37.05044\nC,48.03055,37.00066\nD,48.03077,37.05088\n"
GRID = "sensor,x,y\nA,410001.7,5318002.3\nB,414001.9,5318003.1\nC,410002.3,5321004.7\nD,414003.9,5321007.3\n"
SECONDS = "arrival,sensor,time\n1,A,10\n2,B,14.5\n3,C,12.25\nd,D,17\nlast,A,18\n"
MOMENTS = (
    "arrival,sensor,time\n1,A,2031-01-01T00:00:10Z\n2,B,2031-01-01T00:00:14.5Z\n"
    "3,C,2031-01-01T00:00:12.25Z\nd,D,2031-01-01T00:00:17Z\nlast,A,2031-01-01T00:00:18Z\n"
)


def located(x_m: float, y_m: float) -> Located:
    """Two events, the second with a mirror image; arrival 'last' belongs to none."""
    spread = np.array([[400.0, 0.0, 0.0], [0.0, 100.0, 0.0], [0.0, 0.0, 0.0025]])
    nan = np.nan
    events = LocatedEvents(
        x_m=np.array([x_m, x_m + 500.0]),
        y_m=np.array([y_m, y_m - 250.0]),
        z_m=np.array([nan, -1200.0]),
        time_s=np.array([8.25, 9.5]),
        probability=np.array([0.99, 0.5]),
        covariance=np.stack([spread, spread[[1, 0, 2]][:, [1, 0, 2]]]),
        arrivals=np.array([3, 1]),
        mirror_x_m=np.array([nan, x_m + 700.0]),
        mirror_y_m=np.array([nan, y_m]),
        mirror_share=np.array([0.0, 0.25]),
        assigned=np.array([0, 0, 0, 1, -1]),
    )
    one = np.ones(1)
    air = MediumTable(one, one * x_m, one * y_m, one * 338.5, one * 3.0, one * 4.0, one * 0.5, one * 0.7)
    found = SensorFinding(1, SensorFault.CLOCK_OFFSET, 1.0, 0.01, "s", nan, 12.0, 9.5, 1.0, corrected=True)
    return Located(events, air, (found,), {"pick_error_s": 0.05}, {"seek": 0.01})
