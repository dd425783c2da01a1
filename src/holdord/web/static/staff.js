// Says in words that a passkey did not work; the rest of it is done by the scripts that come with the accounts.
document.addEventListener('allauth.error', () => {
  document.getElementById('passkey_failed').hidden = false
})
