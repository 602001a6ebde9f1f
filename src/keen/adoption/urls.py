"""Addresses of what people say, and of the figures of adoption."""

from django.urls import path

from keen.adoption.views import figures, inbox, rules, voice

urlpatterns = [
    path("voice/", voice.mine, name="voice"),
    path("voice/say/", voice.say, name="voice-say"),
    path("voice/<int:message_id>/", voice.message, name="voice-message"),
    path("voice/question/<int:question_id>/", voice.reply, name="voice-reply"),
    path("voice/question/<int:question_id>/not-now/", voice.decline, name="voice-decline"),
    path("me/", figures.me, name="adoption-me"),
    path("me/choices/", figures.choices, name="adoption-choices"),
    path("me/part/<slug:dimension>/", figures.part, name="adoption-part"),
    path("adopt/", figures.cockpit, name="adoption"),
    path("adopt/people/", figures.people, name="adoption-people"),
    path("adopt/people/<int:user_id>/", figures.person, name="adoption-person"),
    path("adopt/inbox/", inbox.inbox, name="voice-inbox"),
    path("adopt/inbox/<int:message_id>/answer/", inbox.answer, name="voice-answer"),
    path("adopt/polls/", inbox.polls, name="voice-polls"),
    path("adopt/who-sees/", rules.mode, name="adoption-mode"),
    path("adopt/who-sees/<int:change_id>/answer/", rules.mode_answer, name="adoption-mode-answer"),
    path("adopt/who-sees/<int:change_id>/withdraw/", rules.mode_withdraw, name="adoption-mode-withdraw"),
    path("adopt/how/", rules.policy, name="adoption-policy"),
    path("adopt/how/edit/", rules.policy_edit, name="adoption-policy-edit"),
]
