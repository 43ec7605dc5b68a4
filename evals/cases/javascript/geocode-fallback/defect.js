'use strict';

const EARTH_KM = 6371;

function toRadians(degrees) {
  return (degrees * Math.PI) / 180;
}

function distanceKm(a, b) {
  const dLat = toRadians(b.lat - a.lat);
  const dLon = toRadians(b.lon - a.lon);
  const h =
    Math.sin(dLat / 2) ** 2 +
    Math.cos(toRadians(a.lat)) * Math.cos(toRadians(b.lat)) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.min(1, Math.sqrt(h)));
}

class Geocoder {
  constructor(primary, secondary) {
    this.primary = primary;
    this.secondary = secondary;
    this.fallbacks = 0;
  }

  async locate(address) {
    const query = address.trim().replace(/\s+/g, ' ');
    try {
      return this.primary.locate(query);
    } catch {
      this.fallbacks += 1;
      return this.secondary.locate(query);
    }
  }

  async distance(from, to) {
    const [a, b] = await Promise.all([this.locate(from), this.locate(to)]);
    return distanceKm(a, b);
  }
}

module.exports = { Geocoder, distanceKm };
