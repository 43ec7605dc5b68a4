'use strict';

const PRIORITIES = ['low', 'normal', 'high', 'urgent'];

function rank(task) {
  return PRIORITIES.indexOf(task.priority);
}

function isOpen(task) {
  return task.state !== 'done' && task.state !== 'dropped';
}

/** Urgent first; of one priority the one that is due first. Dates are milliseconds. */
function compareTasks(a, b) {
  if (rank(a) !== rank(b)) {
    return rank(b) - rank(a);
  }
  return a.due - b.due;
}

function agenda(tasks, limit = 10) {
  const open = tasks.filter(isOpen);
  open.sort(compareTasks);
  return open.slice(0, limit);
}

function overdue(tasks, now) {
  return tasks.filter((task) => isOpen(task) && task.due < now).sort(compareTasks);
}

function titles(tasks) {
  return tasks.map((task) => `[${task.priority}] ${task.title}`).join('\n');
}

module.exports = { agenda, overdue, titles };
