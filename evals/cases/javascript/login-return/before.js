'use strict';

const { randomBytes } = require('crypto');

const HOME = '/dashboard';
const SESSION_HOURS = 12;

const KNOWN_PAGES = new Set(['/dashboard', '/orders', '/profile']);

/** Where the browser goes after login; anything odd goes home. */
function returnPath(query) {
  const wanted = query.next;
  if (typeof wanted !== 'string' || !KNOWN_PAGES.has(wanted)) {
    return HOME;
  }
  return wanted;
}

function openSession(store, user) {
  const token = randomBytes(24).toString('base64url');
  store.set(token, { user: user.id, until: Date.now() + SESSION_HOURS * 3_600_000 });
  return token;
}

function finishLogin(request, response, store, user) {
  const token = openSession(store, user);
  response.setHeader('Set-Cookie', `sid=${token}; HttpOnly; Secure; SameSite=Lax; Path=/`);
  response.writeHead(303, { Location: returnPath(request.query) });
  response.end();
}

module.exports = { finishLogin, returnPath, HOME };
