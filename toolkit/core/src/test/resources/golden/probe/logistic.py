import numpy as np, json
from scipy.optimize import minimize
rng=np.random.default_rng(20261124)
def solve(X,Y,C,kind):
    n,D=X.shape;L=Y.shape[1]
    def fg(v):
        W=v[:D*L].reshape(D,L);b=v[D*L:]
        Z=X@W+b
        if kind=='softmax':
            m=Z.max(1,keepdims=True);E=np.exp(Z-m);S=E.sum(1,keepdims=True)
            l=(np.log(S)+m).sum()-(Y*Z).sum();R=E/S-Y
        else:
            l=np.logaddexp(0,Z).sum()-(Y*Z).sum();R=1/(1+np.exp(-Z))-Y
        return C*l+.5*(W**2).sum(), np.concatenate([(C*X.T@R+W).ravel(),C*R.sum(0)])
    def hess(v):
        W=v[:D*L].reshape(D,L);b=v[D*L:];Z=X@W+b;X1=np.hstack([X,np.ones((n,1))])
        H=np.zeros((L,D+1,L,D+1))
        if kind=='softmax':
            E=np.exp(Z-Z.max(1,keepdims=True));P=E/E.sum(1,keepdims=True)
            for a in range(L):
                for c in range(L):
                    w=P[:,a]*((a==c)-P[:,c]);H[a,:,c,:]=C*(X1*w[:,None]).T@X1
        else:
            P=1/(1+np.exp(-Z))
            for a in range(L): H[a,:,a,:]=C*(X1*(P[:,a]*(1-P[:,a]))[:,None]).T@X1
        for a in range(L): H[a,:D,a,:D]+=np.eye(D)
        # order: W row-major [D,L] then b
        idx=[(c,r) for r in range(D) for c in range(L)]+[(c,D) for c in range(L)]
        M=np.array([[H[a,i,c,j] for (c,j) in idx] for (a,i) in idx])
        return M
    v=np.zeros(D*L+L)
    for _ in range(60):
        f,g=fg(v);H=hess(v)+ (1e-10*np.eye(v.size) if kind=='softmax' else 0)
        d=np.linalg.solve(H,-g);t=1.
        while fg(v+t*d)[0]>f+1e-14*abs(f): t/=2
        v=v+t*d
        if np.abs(g).max()<1e-11: break
    r=minimize(lambda v:fg(v),v*0,jac=True,method='L-BFGS-B',options=dict(maxiter=20000,ftol=0,gtol=1e-9,maxfun=100000))
    assert np.abs(r.x-v).max()<1e-4,(np.abs(r.x-v).max())
    print(kind,L,np.abs(fg(v)[1]).max(),np.abs(r.x-v).max())
    W=v[:D*L].reshape(D,L);b=v[D*L:]
    return W,b,fg(v)[0]
cases=[]
for name,K,C,multi in (('two labels',2,.7,0),('four labels',4,3.,0),('three of any',3,.5,1)):
    n,D=60,5
    X=np.round(rng.normal(size=(n,D))*np.array([1,.5,2,.1,1])+np.array([.3,-1,0,2,0]),3)
    A=rng.normal(size=(D,K))
    S=X@A+rng.gumbel(size=(n,K))
    if multi: Y=(S>S.mean(0)).astype(float);labels=[[f'l{k}' for k in range(K) if Y[i,k]] for i in range(n)]
    else: y=S.argmax(1);labels=[[f'l{k}'] for k in y];Y=np.eye(K)[y] if K>2 else y[:,None].astype(float)
    mu=X.mean(0);s=X.std(0).mean();Xs=(X-mu)/s
    W,b,J=solve(Xs,Y,C,'sigmoid' if multi or K==2 else 'softmax')
    Z=Xs@W+b
    if K==2: Z=np.hstack([-Z/2,Z/2])
    elif not multi: Z=Z-Z.mean(1,keepdims=True)
    cases.append(dict(name=name,strength=C,several=bool(multi),vectors=X.tolist(),labels=labels,loss=J/(C*n),logits=np.round(Z,9).tolist()))
json.dump(cases,open('logistic.json','w'))
