'use strict';

const main = document.getElementById('content');
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

// --- Theme -----------------------------------------------------------------------------------------------------------

function toggleTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  localStorage.setItem('theme', root.dataset.theme);
}
$('#theme').addEventListener('click', toggleTheme);

// --- Toasts ----------------------------------------------------------------------------------------------------------

function toast(text, failed) {
  const element = document.createElement('div');
  element.className = failed ? 'toast error' : 'toast';
  element.textContent = text;
  $('#toasts').append(element);
  setTimeout(() => element.remove(), failed ? 12000 : 5000);
}

// --- Live pages: what the server draws anew is compared with what is shown, and only what differs is touched. ---------

const keptAttributes = new Set(['open']);

function patch(shown, fresh) {
  if (shown.isEqualNode(fresh)) return;
  if (shown.nodeType !== fresh.nodeType || shown.nodeName !== fresh.nodeName) { shown.replaceWith(fresh); return; }
  if (shown.nodeType === Node.TEXT_NODE) { shown.data = fresh.data; return; }
  for (const { name } of [...shown.attributes]) if (!fresh.hasAttribute(name) && !keptAttributes.has(name)) shown.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (shown.getAttribute(name) !== value && !keptAttributes.has(name)) shown.setAttribute(name, value);
  // What somebody is typing or choosing is theirs; what there is to choose from is not.
  if (['INPUT', 'TEXTAREA'].includes(shown.nodeName)) return;
  const choice = shown.nodeName === 'SELECT' ? (shown === document.activeElement ? shown : fresh).value : null;
  const [before, after] = [[...shown.childNodes], [...fresh.childNodes]];
  after.forEach((node, i) => { if (i < before.length) patch(before[i], node); else shown.append(node); });
  before.slice(after.length).forEach(node => node.remove());
  if (choice !== null) shown.value = choice;
}

let paused = false, loading = false, stale = false;

async function refresh() {
  if (paused) return;
  if (loading) { stale = true; return; }
  loading = true;
  try {
    const answer = await fetch(location.href, { headers: { 'X-Content-Only': '1', Accept: 'text/html' } });
    if (answer.redirected || answer.status === 401) { location.reload(); return; }
    // What is being selected, to be copied, stays as it is.
    const selection = getSelection();
    if (answer.ok && (selection.isCollapsed || !main.contains(selection.anchorNode))) {
      const fresh = document.createElement('main');
      fresh.innerHTML = await answer.text();
      [...main.attributes].forEach(({ name, value }) => fresh.setAttribute(name, value));
      patch(main, fresh);
      filterRows();
    }
  } catch { /* The AppHost has gone; the connection's state says so. */ } finally {
    loading = false;
    if (stale) { stale = false; refresh(); }
  }
}

function showConnection(text) { const element = $('#connection'); element.textContent = text; }

if (main.dataset.topics) {
  const source = new EventSource(`/changes?topics=${main.dataset.topics}`);
  let opened = false;
  source.onopen = () => { showConnection(''); if (opened) refresh(); opened = true; };
  source.onmessage = refresh;
  source.onerror = () => showConnection('not connected');
  addEventListener('beforeunload', () => source.close());
}

// Durations since, and windows that end now, move on without an event.
if (location.pathname === '/metrics') setInterval(refresh, 5000);

document.addEventListener('click', event => {
  const button = event.target.closest('[data-pause]');
  if (!button) return;
  paused = !paused;
  for (const other of $$('[data-pause]')) { other.setAttribute('aria-pressed', paused); other.textContent = paused ? 'Go on' : 'Pause'; }
  refresh();
});

// --- Commands --------------------------------------------------------------------------------------------------------

document.addEventListener('submit', async event => {
  const form = event.target.closest('form.command');
  if (!form) return;
  event.preventDefault();
  if (form.dataset.confirm && !confirm(form.dataset.confirm)) return;
  const button = $('button', form);
  button.disabled = true;
  form.closest('details.menu')?.removeAttribute('open');
  try {
    const answer = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(new FormData(form)) });
    if (answer.headers.get('content-type')?.startsWith('application/json')) {
      const result = await answer.json();
      toast(result.message, !result.success);
    } else toast(`The dashboard refused: ${await answer.text()}`, true);
  } catch (error) { toast(`The dashboard did not answer: ${error.message}`, true); } finally { button.disabled = false; refresh(); }
});

// --- Forms, filters, choices -----------------------------------------------------------------------------------------

document.addEventListener('change', event => {
  const { target } = event;
  if (target.matches('form.filters select, form.filters input[type=checkbox]')) target.form.requestSubmit();
  if (target.dataset.goto && target.value) location.href = target.dataset.goto + target.value;
});

// An address without what was left empty.
document.addEventListener('formdata', event => {
  if (event.target.method !== 'get') return;
  for (const [name, value] of [...event.formData]) if (value === '' || (name === 'level' && value === '0')) event.formData.delete(name);
});

function filterRows() {
  const input = $('input[data-filter]');
  if (!input) return;
  const wanted = input.value.trim().toLowerCase();
  for (const row of $$(input.dataset.filter)) row.hidden = wanted !== '' && !row.textContent.toLowerCase().includes(wanted);
}
document.addEventListener('input', event => { if (event.target.matches('input[data-filter]')) filterRows(); });

document.addEventListener('click', event => {
  for (const menu of $$('details.menu[open]')) if (!menu.contains(event.target)) menu.removeAttribute('open');
});

// --- Keys ------------------------------------------------------------------------------------------------------------

document.addEventListener('keydown', event => {
  if (event.key === 'Escape') {
    $$('details.menu[open]').forEach(menu => { menu.removeAttribute('open'); $('summary', menu).focus(); });
    if (document.activeElement.matches('input')) document.activeElement.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea')) return;
  if (event.key === '/') { const search = $('input[type=search]', main); if (search) { event.preventDefault(); search.focus(); search.select(); } }
  else if (event.key === 'd') toggleTheme();
  else if (event.key === 'p') $('[data-pause]')?.click();
  else $(`nav a[data-key="${CSS.escape(event.key)}"]`)?.click();
});

// --- Console ---------------------------------------------------------------------------------------------------------

const output = $('#console');
if (output) {
  const maxLines = 10000;
  const [search, only, errors, wrap, follow] = ['search', 'only', 'errors', 'wrap', 'follow'].map(name => $(`#console-${name}`));
  let last = 0;

  const matches = line => search.value !== '' && line.textContent.toLowerCase().includes(search.value.toLowerCase());
  const show = line => {
    const found = matches(line);
    line.classList.toggle('match', found);
    line.hidden = (errors.checked && !line.classList.contains('err')) || (only.checked && search.value !== '' && !found);
  };
  const count = () => {
    const found = search.value === '' ? '' : `${$$('.match', output).length} matching of `;
    $('#console-count').textContent = `${found}${output.childElementCount} lines`;
  };
  const toEnd = () => { if (follow.checked) output.scrollTop = output.scrollHeight; };

  const source = new EventSource(output.dataset.lines);
  source.onopen = () => showConnection('');
  source.onerror = () => showConnection('not connected');
  source.addEventListener('end', () => source.close());
  addEventListener('beforeunload', () => source.close());
  source.onmessage = event => {
    const lines = document.createDocumentFragment();
    for (const [number, isError, markup] of JSON.parse(event.data)) {
      // After a reconnection everything comes again.
      if (number <= last) continue;
      last = number;
      const line = document.createElement('div');
      line.className = isError ? 'line err' : 'line';
      line.dataset.n = number;
      line.innerHTML = markup || ' ';
      show(line);
      lines.append(line);
    }
    output.append(lines);
    while (output.childElementCount > maxLines) output.firstElementChild.remove();
    count();
    toEnd();
  };

  const again = () => { for (const line of output.children) show(line); count(); toEnd(); };
  search.addEventListener('input', again);
  search.addEventListener('keydown', event => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const found = $$('.match:not([hidden])', output);
    if (found.length === 0) return;
    follow.checked = false;
    const at = found.findIndex(line => line.classList.contains('current'));
    found[at]?.classList.remove('current');
    const next = found[(at + (event.shiftKey ? found.length - 1 : 1)) % found.length] ?? found[0];
    next.classList.add('current');
    next.scrollIntoView({ block: 'center' });
  });
  only.addEventListener('change', again);
  errors.addEventListener('change', again);
  wrap.addEventListener('change', () => output.classList.toggle('wrap', wrap.checked));
  follow.addEventListener('change', toEnd);
  // Who scrolls up wants to read.
  output.addEventListener('wheel', event => { if (event.deltaY < 0) follow.checked = false; }, { passive: true });
}
