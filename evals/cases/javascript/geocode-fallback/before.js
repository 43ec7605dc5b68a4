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
  constructor(service) {
    this.service = service;
  }

  locate(address) {
    return this.service.locate(address.trim());
  }

  async distance(from, to) {
    const [a, b] = await Promise.all([this.locate(from), this.locate(to)]);
    return distanceKm(a, b);
  }
}

module.exports = { Geocoder, distanceKm };
