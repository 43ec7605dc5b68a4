'use strict';

const FIELDS = {
  email: (value) => typeof value === 'string' && /^[^@\s]+@[^@\s]+$/.test(value),
  age: (value) => Number.isInteger(value) && value >= 16 && value < 130,
  topics: (value) => Array.isArray(value) && value.every((topic) => typeof topic === 'string'),
};

function problems(body) {
  if (body === null || typeof body !== 'object') return Object.keys(FIELDS);
  return Object.keys(FIELDS).filter((name) => !FIELDS[name](body[name]));
}

function signup(body, store) {
  const wrong = problems(body);
  if (wrong.length > 0) {
    return { status: 422, wrong };
  }
  const email = body.email.toLowerCase();
  if (store.has(email)) {
    return { status: 409, wrong: ['email'] };
  }
  store.set(email, { age: body.age, topics: [...new Set(body.topics)] });
  return { status: 201, wrong: [] };
}

module.exports = { signup };
