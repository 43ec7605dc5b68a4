'use strict';

const PRIORITIES = ['low', 'normal', 'high', 'urgent'];

function rank(task) {
  return PRIORITIES.indexOf(task.priority);
}

function isOpen(task) {
  return task.state !== 'done' && task.state !== 'dropped';
}

function agenda(tasks, limit = 10) {
  const open = tasks.filter(isOpen);
  open.sort((a, b) => rank(b) - rank(a));
  return open.slice(0, limit);
}

function overdue(tasks, now) {
  return tasks.filter((task) => isOpen(task) && task.due < now);
}

function titles(tasks) {
  return tasks.map((task) => `[${task.priority}] ${task.title}`).join('\n');
}

module.exports = { agenda, overdue, titles };
