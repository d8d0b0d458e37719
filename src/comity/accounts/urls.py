"""Addresses of sign-in and of one's own account. Of the library's routes only these are mounted.

There is no sign-up, no page that mails a link, none that says whether an address is known: see SECURITY.md.
"""

from allauth.account import views as entrance
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from comity.accounts import views

urlpatterns = [
    path("accounts/", views.own_account, name="accounts"),
    path("accounts/sessions/<str:mark>/end/", views.end_session, name="end_session"),
    path("accounts/tokens/", views.own_tokens, name="tokens"),
    path("accounts/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("accounts/login/", entrance.login, name="account_login"),
    path("accounts/logout/", entrance.logout, name="account_logout"),
    path("accounts/reauthenticate/", entrance.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", entrance.password_change, name="account_change_password"),
    path("accounts/2fa/", factor.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", factor.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/recovery-codes/generate/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/2fa/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
]
