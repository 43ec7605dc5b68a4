'use strict';

const { randomBytes } = require('crypto');

const HOME = '/dashboard';
const SESSION_HOURS = 12;

// Deep links such as /orders/1234?tab=items are allowed, other sites are not.
const LOCAL_PATH = /^\/[\w\-./~?=&%]*$/;

/** Where the browser goes after login; anything odd goes home. */
function returnPath(query) {
  const wanted = query.next;
  if (typeof wanted !== 'string' || !LOCAL_PATH.test(wanted)) {
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
