"""Where each page of it is. Requests and restrictions have numbers; nothing in an address names anybody."""

from django.urls import path

from holdord.web.office import answers, limits, mandate, notified, pages, people, plan, reviews, tasks

app_name = "office"
urlpatterns = [
    path("", pages.requests, name="requests"),
    path("new/", pages.kinds, name="kinds"),
    path("new/<str:wanted>/", pages.new, name="new"),
    path("<int:number>/", pages.one, name="request"),
    path("<int:number>/open/", answers.look, name="open"),
    path("<int:number>/answer/", answers.answer, name="answer"),
    path("<int:number>/erase/", answers.erase, name="erase"),
    path("<int:number>/mandate/", mandate.seen, name="mandate"),
    path("<int:number>/extend/", answers.extend, name="extend"),
    path("<int:number>/refuse/", answers.refuse, name="refuse"),
    path("<int:number>/reopen/", answers.reopen, name="reopen"),
    path("<int:number>/told/<str:recipient>/", notified.told, name="notified"),
    path("<int:number>/told/<str:recipient>/not/", notified.cannot, name="not_notified"),
    path("limits/", limits.limits, name="limits"),
    path("limits/<int:number>/weigh/", limits.weigh, name="weigh"),
    path("limits/<int:number>/announce/", limits.announce, name="announce"),
    path("limits/<int:number>/lift/", limits.lift, name="lift"),
    path("limits/<int:number>/renew/", limits.renew, name="renew"),
    path("tasks/", tasks.tasks, name="tasks"),
    path("tasks/<str:promise>/<str:part>/", tasks.prove, name="prove"),
    path("reviews/<slug:purpose>/", reviews.listed, name="reviews"),
    path("reviews/<slug:purpose>/<str:letters>/<str:found>/", reviews.done, name="reviewed"),
    path("plan/", plan.plan, name="plan"),
    path("plan/<str:promise>/", plan.decide, name="decide"),
    path("people/", people.find, name="people"),
    path("people/<str:letters>/", people.one, name="person"),
    path("people/<str:letters>/full/", people.full, name="full"),
    path("outbox/", plan.outbox, name="outbox"),
]
