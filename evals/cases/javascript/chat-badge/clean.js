'use strict';

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(text) {
  return String(text).replace(/[&<>"']/g, (sign) => ENTITIES[sign]);
}

function timeOf(message) {
  const at = new Date(message.sentAt);
  const hours = String(at.getUTCHours()).padStart(2, '0');
  return `${hours}:${String(at.getUTCMinutes()).padStart(2, '0')}`;
}

/** The small line below a name: away, in a meeting, or what the user typed as status. */
function renderBadge(user) {
  if (!user.status) return '';
  const kind = user.away ? 'badge badge-away' : 'badge';
  return `<span class="${kind}">${escapeHtml(user.status.slice(0, 40))}</span>`;
}

function renderMessage(message, user) {
  const name = escapeHtml(user.name);
  const body = escapeHtml(message.text).replace(/\n/g, '<br>');
  const head = `<b>${name}</b>${renderBadge(user)} <time>${timeOf(message)}</time>`;
  return `<li>${head} ${body}</li>`;
}

function renderRoom(messages, users) {
  const items = messages.map((message) => renderMessage(message, users.get(message.from)));
  return `<ol class="room">${items.join('')}</ol>`;
}

module.exports = { renderMessage, renderRoom };
