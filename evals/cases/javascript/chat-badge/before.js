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

function renderMessage(message, user) {
  const name = escapeHtml(user.name);
  const body = escapeHtml(message.text).replace(/\n/g, '<br>');
  return `<li><b>${name}</b> <time>${timeOf(message)}</time> ${body}</li>`;
}

function renderRoom(messages, users) {
  const items = messages.map((message) => renderMessage(message, users.get(message.from)));
  return `<ol class="room">${items.join('')}</ol>`;
}

module.exports = { renderMessage, renderRoom };
