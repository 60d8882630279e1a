export type Mode = 'customer' | 'display' | 'staff';

function modeOf(hash: string): Mode {
  if (hash.startsWith('#/display')) return 'display';
  if (hash.startsWith('#/staff')) return 'staff';
  return 'customer';
}

/** Which of its three faces this screen shows. What a customer does is never part of the address. */
export class Route {
  mode = $state<Mode>('customer');

  start(): () => void {
    const read = () => (this.mode = modeOf(location.hash));
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }

  go(mode: Mode) {
    const path = mode === 'customer' ? '#/' : `#/${mode}`;
    // Replaced, not pushed: a kiosk has no way back.
    history.replaceState(null, '', path);
    this.mode = mode;
  }
}
