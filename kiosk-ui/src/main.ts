import { mount } from 'svelte';
import './app.css';
import App from './App.svelte';
import { Kiosk } from './lib/state/kiosk.svelte';

const target = document.getElementById('app');
if (target) mount(App, { target, props: { kiosk: new Kiosk(location.origin) } });
