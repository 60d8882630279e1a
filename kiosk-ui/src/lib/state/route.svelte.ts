export type Mode = 'customer' | 'display' | 'staff' | 'room';

function modeOf(hash: string): Mode {
  if (hash.startsWith('#/display')) return 'display';
  if (hash.startsWith('#/staff')) return 'staff';
  if (hash.startsWith('#/room')) return 'room';
  return 'customer';
}

/** Which of its faces this screen shows. What a customer does is never part of the address. */
export class Route {
  mode = $state<Mode>('customer');
  /** The room a screen hangs in, by its studio's id; empty until somebody has said which. */
  room = $state('');

  start(): () => void {
    const read = () => {
      this.mode = modeOf(location.hash);
      this.room = this.mode === 'room' ? (location.hash.split('/')[2] ?? '') : '';
    };
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }

  go(mode: Mode, room = '') {
    const path = mode === 'customer' ? '#/' : `#/${mode}${room && `/${room}`}`;
    // Replaced, not pushed: a kiosk has no way back.
    history.replaceState(null, '', path);
    this.mode = mode;
    this.room = room;
  }
}
